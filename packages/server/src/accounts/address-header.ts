/** Carries the client's address to better-auth; whatever a client itself sends under this name is not passed on. */
export const addressHeader = 'x-fovea-address'
