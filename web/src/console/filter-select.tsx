import { Select } from '../ui/select.tsx'
import { sayConsole } from './words.ts'

interface FilterSelectProps {
  name: string
  label: string
  options: readonly { value: string; label: string }[]
  initial: string
  onSettled: (value: string) => void
}

/** Narrows a list to one kind, or to none. */
export function FilterSelect({ initial, onSettled, ...props }: FilterSelectProps) {
  return (
    <Select {...props} defaultValue={initial} emptyLabel={sayConsole('any')} onChange={onSettled} />
  )
}
