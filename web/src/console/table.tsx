import { language } from '../words/words.ts'

interface TableProps {
  name: string
  heads: readonly string[]
  rows: readonly (readonly (string | number)[])[]
}

/** Its numbers stand to the right, below each other. */
export function Table({ name, heads, rows }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard.
    <figure className="table" aria-label={name} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join(' ')}>
              {row.map((cell, at) =>
                typeof cell === 'number' ? (
                  <td key={heads[at]} className="number">
                    {cell.toLocaleString(language)}
                  </td>
                ) : (
                  <td key={heads[at]}>{cell}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
