const mainForm = document.querySelector('#form')
const outcome = document.querySelector('#outcome')
const problems = document.querySelector('#problems')

/** The secret of a mailed link: it stands in the fragment, so no server and no log ever sees it. */
export const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? ''

/** Whose pages these are; links of letters say so. */
const tenant = new URLSearchParams(location.search).get('tenant')

// A link that stays in the address bar is read over a shoulder, and kept in the history.
if (token) history.replaceState(null, '', location.pathname + location.search)

/**
 * Posts the form's fields as JSON on submit and shows what came of it; nothing typed is lost.
 * @param {string} path
 * @param {(fields: Record<string, string>) => Record<string, string>} toBody
 * @param {Record<string, string | ((answer: object) => string)>} words `done`, and a sentence for each code worth its
 *   own; each may depend on the answer
 * @param {{ form?: HTMLFormElement, after?: (problem: object | null, answer: object) => void }} options another form
 *   than the page's first, and what the page does once it is said
 */
export function onSubmit(path, toBody, words, { form = mainForm, after } = {}) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const button = form.querySelector('button')
    button.disabled = true
    say('One moment…')
    const { problem, answer } = await post(path, toBody(Object.fromEntries(new FormData(form))))
    button.disabled = false
    if (problem === null) {
      form.hidden = true
      say(worded(words.done, answer))
      return after?.(problem, answer)
    }
    say(worded(words[problem.code], problem) ?? problem.detail ?? problem.title)
    for (const { message } of problem.errors ?? []) list(message)
    after?.(problem, answer)
  })
}

function worded(word, answer) {
  return typeof word === 'function' ? word(answer) : word
}

/** What came back, and as `problem` the same where it is a refusal, null where it worked. */
async function post(path, body) {
  try {
    const response = await fetch(path.startsWith('/') ? `/api/v1${path}` : `/api/v1/auth/${path}`, {
      method: 'POST',
      // The refresh token stays in a cookie that no script can read.
      headers: {
        'Content-Type': 'application/json',
        'X-Token-Transport': 'cookie',
        ...(tenant && { 'X-Tenant': tenant }),
      },
      body: JSON.stringify(body),
    })
    const answer = response.status === 204 ? {} : await response.json()
    return { problem: response.ok ? null : answer, answer }
  } catch {
    const detail = 'There is no connection. Try again in a moment.'
    return { problem: { code: 'OFFLINE', detail }, answer: {} }
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
