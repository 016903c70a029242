import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPersonName, parsePersonName } from '../../../src/accounts/fields/person-name.ts'

const codeOf = (text: string) => {
  const checked = checkPersonName('first_name', text)
  return 'error' in checked ? checked.error.code : null
}

describe('parsePersonName', () => {
  it.each([
    'Ann',
    'O',
    "O'Brien",
    'D’Arcy',
    'Anne-Marie',
    'van der Berg',
    'Seán Ó Súilleabháin',
    'Sinéad Ní Dhomhnaill',
    'Nguyễn Thị Minh Khai',
    'Đặng Hữu Phước',
    'শেখ মুজিবুর রহমান',
    'রবীন্দ্রনাথ ঠাকুর',
    'কাজী নজরুল ইসলাম',
    'র\u200d্যাচেল',
    'উৎপল',
    'محمد بن عبد الله',
    'مُحَمَّد',
    'نعمت\u200cالله',
    '王小明',
    '欧阳娜娜',
    '葛\u{e0100}西',
    '김민준',
    'さくら',
    'Αλέξανδρος',
    'Өмірбек',
    "Д'Артаньян",
    'አበበ',
    'ʻOkina',
    'סיגל',
    'ชัยวัฒน์',
    'a'.repeat(80),
  ])('takes %s', (name) => expect(parsePersonName(name)).toBe(name.normalize('NFC')))

  it.each([
    '',
    ' ',
    "'",
    '-',
    'Ann  Marie',
    'Anne--Marie',
    "O''Brien",
    'Ann -Marie',
    '-Ann',
    'Ann-',
    "'Ann",
    "Ann'",
    'Ann2',
    'আলী২',
    'Ann_',
    'Ann.',
    'Ann, Jr',
    'Ann\tMarie',
    'Ann\nMarie',
    'Ann\r\nBcc: x',
    'Ann\n',
    'Ann\0',
    'Ann\u00a0Marie',
    'Ann\u2028Marie',
    'Ann😀',
    '👩\u200d👩\u200d👧',
    'Jo\u200dhn',
    'Jo\u200chn',
    'Jo\u200bhn',
    'Jo\u00adhn',
    '\u200dর',
    'র\u200d',
    'র\u200d\u200dয',
    'র \u200dয',
    'শ্রী\u200d',
    '\u0301Ann',
    '\u202eAnn',
    '\u2066Ann',
    'ㅤ',
    'ﾠ',
    'Ann\u034f',
    'Ann\ufe0f',
    'Ann\u{e0100}',
    '\ud83d',
    'A\udc00',
    '<script>',
    "Robert'); DROP TABLE users;--",
    '{{7*7}}',
    'Ⅷ',
    '½',
  ])('refuses %j', (name) => expect(parsePersonName(name)).toBeNull())

  it('drops outer spaces and composes (NFC), and nothing else', () => {
    expect(parsePersonName('  Ann Marie ')).toBe('Ann Marie')
    expect(parsePersonName('Sine\u0301ad')).toBe('Sinéad')
    expect(parsePersonName('Ng\u0075\u0302\u0303')).toBe('Ngu\u0302\u0303'.normalize('NFC'))
  })

  it('counts code points: 80 are taken, 81 are too long, whatever the script', () => {
    for (const letter of ['a', 'ক', '王', '𠮷']) {
      expect(codeOf(letter.repeat(80))).toBeNull()
      expect(codeOf(letter.repeat(81))).toBe('NAME_TOO_LONG')
    }
    expect(codeOf(`Z${'\u0301\u0316'.repeat(41)}`)).toBe('NAME_TOO_LONG')
    expect(codeOf('a'.repeat(1_000_000))).toBe('NAME_TOO_LONG')
    expect(codeOf('Ann2')).toBe('NAME_INVALID')
  })

  it('is idempotent and throws on no text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 90 }), (text) => {
        const name = parsePersonName(text)
        codeOf(text)
        if (name !== null) expect(parsePersonName(name)).toBe(name)
      }),
      { numRuns: 1_000 },
    )
    const letters = fc.string({ unit: fc.constantFrom(..." -'’aéİßক্র\u200d\u200cدنé\u0301王") })
    fc.assert(
      fc.property(letters, (text) => {
        const name = parsePersonName(text)
        if (name === null) return
        expect(parsePersonName(name)).toBe(name)
        expect(name).toMatch(/^\p{L}/u)
        expect(name).not.toMatch(/[ '’-]{2}|(?:[ '’-]|\u200c|\u200d)$/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('takes linear time on texts made to backtrack', () => {
    const started = performance.now()
    for (const text of [
      `${'a-'.repeat(39)}!`,
      `${'র\u200d'.repeat(39)}!`,
      `${'葛\u{e0100}'.repeat(39)}!`,
    ]) {
      expect(parsePersonName(text)).toBeNull()
    }
    expect(performance.now() - started).toBeLessThan(100)
  })
})
