const form = document.querySelector('#form')
const outcome = document.querySelector('#outcome')
const problems = document.querySelector('#problems')

/** The secret of a mailed link: it stands in the fragment, so no server and no log ever sees it. */
export const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? ''

// A link that stays in the address bar is read over a shoulder, and kept in the history.
if (token) history.replaceState(null, '', location.pathname)

/**
 * Posts the form's fields as JSON on submit and shows what came of it; nothing typed is lost.
 * @param {string} path
 * @param {(fields: Record<string, string>) => Record<string, string>} toBody
 * @param {Record<string, string | ((answer: object) => string)>} words `done`, which may depend on the answer, and a
 * sentence for each code worth its own
 */
export function onSubmit(path, toBody, words) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const button = form.querySelector('button')
    button.disabled = true
    say('One moment…')
    const { ok, body } = await post(path, toBody(Object.fromEntries(new FormData(form))))
    button.disabled = false
    if (ok) {
      form.hidden = true
      return say(typeof words.done === 'function' ? words.done(body) : words.done)
    }
    say(words[body.code] ?? body.detail ?? body.title)
    for (const { message } of body.errors ?? []) list(message)
  })
}

/** Whether it worked, and the answer or the refusal as a problem document. */
async function post(path, body) {
  try {
    const answer = await fetch(`/api/v1/auth/${path}`, {
      method: 'POST',
      // The refresh token stays in a cookie that no script can read.
      headers: { 'Content-Type': 'application/json', 'X-Token-Transport': 'cookie' },
      body: JSON.stringify(body),
    })
    return { ok: answer.ok, body: answer.status === 204 ? {} : await answer.json() }
  } catch {
    return {
      ok: false,
      body: { code: 'OFFLINE', detail: 'There is no connection. Try again in a moment.' },
    }
  }
}

function say(sentence) {
  outcome.textContent = sentence
  problems?.replaceChildren()
}

function list(sentence) {
  const item = document.createElement('li')
  item.textContent = sentence
  problems?.append(item)
}
