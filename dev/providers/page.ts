import { type ProviderName, providerNames } from './people.ts'

const titles: Record<ProviderName, string> = {
  google: 'Google',
  facebook: 'Facebook',
  apple: 'Apple',
  github: 'GitHub',
  microsoft: 'Microsoft',
}

/** What stands at `/`, for whoever follows the printed address. */
export function homePage(login: string): string {
  const names = providerNames.map((name) => titles[name]).join(', ')
  return page(
    'Sign-in providers',
    `<p>This stands in for ${names} on this machine.</p>
    <p>Sign-ins begin at Gatehouse: take “Continue with…” on <a href="${quoted(login)}">its sign-in page</a>. It leads
    to a page here that asks who shall sign in, and believes whatever you type.</p>`,
  )
}

/** The page of a provider: who shall sign in? */
export function choosePage(provider: ProviderName, action: string, cancel: string): string {
  return page(
    `Sign in with ${titles[provider]}`,
    `<p>This stands in for ${titles[provider]} on this machine. It believes whatever you type.</p>
    <form method="post" action="${quoted(action)}">
      <label>E-mail <input name="email" type="email" value="person@example.com" /></label>
      <label><input name="email_verified" type="checkbox" checked /> the provider has verified it</label>
      <label>Name <input name="name" value="Sample Person" /></label>
      <label>Subject <input name="sub" placeholder="made from the e-mail" /></label>
      <button type="submit">Sign in</button>
    </form>
    <p><a href="${quoted(cancel)}">Cancel</a></p>`,
  )
}

/** OAuth 2.0 Form Post Response Mode: the browser posts the answer from the provider's own page. */
export function postPage(address: string, fields: Record<string, string>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${quoted(name)}" value="${quoted(value)}" />`,
  )
  return page(
    'One moment',
    `<form method="post" action="${quoted(address)}">${inputs.join('')}
      <noscript><button type="submit">Go on</button></noscript></form>
    <script>document.forms[0].submit()</script>`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem }
      label { display: block; margin: 1rem 0 }
      input:not([type='checkbox']) { display: block; width: 100%; box-sizing: border-box; padding: 0.5rem; font: inherit }
      button { padding: 0.5rem 1.5rem; font: inherit }
    </style>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      ${body}
    </main>
  </body>
</html>`
}

function quoted(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
