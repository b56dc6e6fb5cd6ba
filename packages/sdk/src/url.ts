/** `@fovea/client/url`: addresses of pictures without an API key, for pages. */
export { type DeliveryParameters, deliveryUrl } from './delivery-url.ts'
export { type Place, type ResponsiveImage, type ResponsiveOptions, responsiveImage } from './responsive.ts'
