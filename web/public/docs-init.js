// The row of a refusal, which the type of its problem document names, is there only now, in a table that is folded.
function showRow() {
  const row = document.getElementById(location.hash.slice(1))
  const table = row?.closest('details')
  if (table) table.open = true
  row?.scrollIntoView({ block: 'center' })
}
window.addEventListener('hashchange', showRow)

const dark = matchMedia('(prefers-color-scheme: dark)')
function showColours() {
  document.documentElement.classList.toggle('dark-mode', dark.matches)
}
dark.addEventListener('change', showColours)
showColours()

window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: false,
  onComplete: showRow,
})
