import { Heading } from '../../ui/heading.tsx'
import { sayAccount } from '../words.ts'
import { ClosePanel } from './close-panel.tsx'
import { ExportPanel } from './export-panel.tsx'

/** What is kept, to take along or to have deleted. */
export function Data() {
  return (
    <>
      <Heading title={sayAccount('data')} />
      <ExportPanel />
      <ClosePanel />
    </>
  )
}
