/** One image: the picture, what models see in it, and what people say about it. */
import { getRouteApi } from '@tanstack/react-router'
import { AddressPanel } from '../asset/address-panel.tsx'
import classes from '../asset/asset.module.css'
import { DescriptionPanel } from '../asset/description-panel.tsx'
import { DetailsPanel } from '../asset/details-panel.tsx'
import { Seen } from '../asset/seen.tsx'
import { folderOf, nameIn } from '../format/path.ts'
import { Trail } from '../library/trail.tsx'
import { useImage } from '../queries/image.ts'
import { useMayChange } from '../queries/people.ts'
import { Missing } from '../shell/not-found.tsx'
import { PageHeading } from '../shell/page-heading.tsx'

const route = getRouteApi('/p/$project/assets/$id')

export function AssetPage() {
  const { project, id } = route.useParams()
  const image = useImage(project, id)
  const mayChange = useMayChange(project)
  if (image === undefined)
    return <Missing what="This project has no such picture. It may have been deleted." />
  const path = image.paths[0] ?? image.originalFilename
  return (
    <>
      <div className={classes.heading}>
        <Trail folder={folderOf(path)} isAbove />
        <PageHeading title={nameIn(path)} />
      </div>
      <Seen key={id} project={project} image={image} mayChange={mayChange}>
        <AddressPanel urls={image.urls} />
        <DescriptionPanel project={project} image={image} mayChange={mayChange} />
        <DetailsPanel image={image} />
      </Seen>
    </>
  )
}
