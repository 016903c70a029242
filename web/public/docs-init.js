// The row of a refusal, which the type of its problem document names, is there only now.
function showRow() {
  document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: 'center' })
}
window.addEventListener('hashchange', showRow)
window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: false,
  onComplete: showRow,
})
