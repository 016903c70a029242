// Text reaches the page as text nodes only, and a mail's HTML in a frame without scripts:
// a message is written by whoever registered, and may try anything.
const list = document.querySelector('#list')
const view = document.querySelector('#message')
const search = document.querySelector('#search')
const none = document.querySelector('#none')
let messages = []
let shown
let listed = ''

function element(name, text, attributes = {}) {
  const node = document.createElement(name)
  if (text !== undefined) node.textContent = text
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  return node
}

function withLinks(text) {
  return text.split(/(https?:\/\/[^\s<>"']+)/).map((part, index) => {
    if (index % 2 === 0) return document.createTextNode(part)
    return element('a', part, { href: part, target: '_blank', rel: 'noreferrer' })
  })
}

function frame(html) {
  const node = element('iframe', undefined, {
    // Links of a mail may open a tab; nothing else is allowed.
    sandbox: 'allow-popups allow-popups-to-escape-sandbox',
    title: 'The message as HTML',
  })
  node.srcdoc = `<base target="_blank">${html}`
  return node
}

function show(message) {
  shown = message?.id
  const parts = []
  if (message) {
    const line = `${message.channel} to ${message.to}, ${new Date(message.received_at).toLocaleString()}`
    parts.push(element('h2', message.subject ?? message.channel), element('p', line))
    parts[1].className = 'quiet'
    if (message.text !== null) {
      const text = element('pre')
      text.append(...withLinks(message.text))
      parts.push(text)
    }
    if (message.html !== null) parts.push(frame(message.html))
  } else {
    parts.push(element('p', invitation()))
  }
  view.replaceChildren(...parts)
  mark()
}

function invitation() {
  if (messages.length > 0) return 'Choose a message.'
  return 'Mails, SMS and WhatsApp messages of the local stack appear here.'
}

function mark() {
  for (const button of list.querySelectorAll('button')) {
    button.setAttribute('aria-current', String(button.dataset.id === shown))
  }
}

function row(message) {
  const time = new Date(message.received_at).toLocaleTimeString()
  const button = element('button', undefined, { type: 'button', 'data-id': message.id })
  const details = element('span', `${message.channel} · ${message.to} · ${time}`)
  details.className = 'quiet'
  button.append(element('span', message.subject ?? message.text ?? ''), details)
  button.addEventListener('click', () => show(message))
  const item = element('li')
  item.append(button)
  return item
}

function draw() {
  const wanted = search.value.trim().toLowerCase()
  const found = messages.filter((message) =>
    `${message.to} ${message.subject ?? ''}`.toLowerCase().includes(wanted),
  )
  none.hidden = found.length > 0 || messages.length === 0
  // Redrawing an unchanged list would take the keyboard's focus away every two seconds.
  const ids = found.map((message) => message.id).join()
  if (ids === listed) return
  listed = ids
  const focused = document.activeElement?.dataset?.id
  list.replaceChildren(...found.slice(0, 200).map(row))
  if (focused) list.querySelector(`[data-id="${focused}"]`)?.focus()
  mark()
}

async function refresh() {
  try {
    const answer = await fetch('/api/messages')
    messages = await answer.json()
    draw()
    const isShown = messages.some((message) => message.id === shown)
    if (!isShown && view.textContent !== invitation()) show(undefined)
  } catch {
    // The stack is restarting; the next turn finds it again.
  }
}

search.addEventListener('input', draw)
document.querySelector('#clear').addEventListener('click', async () => {
  await fetch('/api/messages', { method: 'DELETE' })
  await refresh()
})
await refresh()
setInterval(refresh, 2_000)
