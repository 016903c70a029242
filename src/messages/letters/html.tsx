import type { Locale } from '../../context.ts'
import type { Fact, LetterText } from './letter.ts'

/** Clients that know dark mode read these rules; all others see the inline styles. Nothing is loaded from outside. */
const darkRules = `@media (prefers-color-scheme: dark) {
  .page { background: #14161a !important; color: #e6e8eb !important }
  .card { background: #1e2127 !important; border-color: #30343c !important }
  .quiet { color: #a0a6b0 !important }
  .code { background: #14161a !important }
  .button { background: #8fb4ff !important; color: #10131a !important }
}`

const style = {
  page: 'margin:0;padding:24px 12px;background:#f3f4f6;color:#1c2024;font:16px/1.6 system-ui,-apple-system,Segoe UI,Roboto,Noto Sans Bengali,Hind Siliguri,sans-serif',
  card: 'max-width:560px;margin:0 auto;padding:32px 28px;background:#ffffff;border:1px solid #e2e5e9;border-radius:12px;box-sizing:border-box',
  service: 'margin:0 0 20px;font-size:14px;color:#5f6672',
  title: 'margin:0 0 16px;font-size:22px;line-height:1.35;font-weight:600',
  paragraph: 'margin:0 0 16px',
  fact: 'margin:0 0 4px',
  button:
    'display:inline-block;margin:8px 0 20px;padding:12px 22px;border-radius:8px;background:#1f5fd6;color:#ffffff;font-weight:600;text-decoration:none',
  code: 'display:inline-block;margin:0 0 20px;padding:10px 18px;border-radius:8px;background:#f3f4f6;font:600 26px/1.3 ui-monospace,Menlo,Consolas,monospace;letter-spacing:4px',
  note: 'margin:8px 0 0;font-size:14px;color:#5f6672',
  footer: 'max-width:560px;margin:16px auto 0;padding:0 28px;font-size:13px;color:#5f6672',
}

interface Page {
  letter: LetterText
  locale: Locale
  service: string
  footer: string
}

/** The styled side of a mail. Every value is text to JSX, so that a name cannot become markup. */
export function toHtml(page: Page): string {
  return `<!doctype html>${Mail(page)}`
}

function Mail({ letter, locale, service, footer }: Page) {
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{letter.subject}</title>
        <style>{darkRules}</style>
      </head>
      <body class="page" style={style.page}>
        <main class="card" style={style.card}>
          <p class="quiet" style={style.service}>
            {service}
          </p>
          <h1 style={style.title}>{letter.subject}</h1>
          {letter.paragraphs.map((paragraph) => (
            <p style={style.paragraph}>{paragraph}</p>
          ))}
          {letter.facts && <Facts facts={letter.facts} />}
          {letter.action && (
            <a class="button" style={style.button} href={letter.action.url}>
              {letter.action.label}
            </a>
          )}
          {letter.code && <Code code={letter.code} />}
          {letter.note && (
            <p class="quiet" style={style.note}>
              {letter.note}
            </p>
          )}
        </main>
        <footer class="quiet" style={style.footer}>
          {footer}
        </footer>
      </body>
    </html>
  )
}

function Facts({ facts }: { facts: Fact[] }) {
  return (
    <div style={style.paragraph}>
      {facts.map(({ label, value }) => (
        <p style={style.fact}>
          <span class="quiet">{label}:</span> {value}
        </p>
      ))}
    </div>
  )
}

function Code({ code }: { code: { label: string; value: string } }) {
  return (
    <div>
      <p style={style.fact}>{code.label}</p>
      <p class="code" style={style.code}>
        {code.value}
      </p>
    </div>
  )
}
