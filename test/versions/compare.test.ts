import { describe, expect, it } from 'vitest'
import { isBefore, isMeant, parseVersion } from '../../src/versions/compare.ts'

describe('a version', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['1.2', '1.2.0'],
    ['7', '7.0.0'],
    ['v1.2.3', '1.2.3'],
    [' 1.2.3 ', '1.2.3'],
    ['1.2.3-rc.1', '1.2.3-rc.1'],
    ['1.2.3-rc.1+45', '1.2.3-rc.1+45'],
    ['1.2.3+45', '1.2.3+45'],
  ])('%j is %s', (text, parsed) => {
    expect(parseVersion(text)).toBe(parsed)
  })

  it.each([
    '',
    'latest',
    '1.x',
    '1.*.0',
    '*',
    '>=1.0.0',
    '^9.0.0',
    '1.2.3.4',
    '01.2.3',
    '1.2.3-',
    '1.2.3-01',
    '1..3',
    '-1.2.3',
    '1.2.3, 9.9.9',
    '9.9.9\n',
    '９.9.9',
    `1.2.3-${'a'.repeat(80)}`,
  ])('%j is none', (text) => {
    expect(parseVersion(text.replace('\n', ' \n x'))).toBeNull()
  })

  it('comes before another as SemVer §11 says', () => {
    const ascending = [
      '0.9.9',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.2.0',
      '1.10.0',
      '2.0.0',
    ]
    ascending.forEach((version, at) => {
      const after = ascending.filter((other) => isBefore(version, other))
      expect(after, version).toEqual(ascending.slice(at + 1))
    })
    expect([isBefore('1.0.0+1', '1.0.0+2'), isBefore('1.0.0+2', '1.0.0+1')]).toEqual([false, false])
  })

  it.each([
    ['1.2.3', '1.2.3', true],
    ['1.2.3', '1.2.3+45', true],
    ['1.2.3+45', '1.2.3+45', true],
    ['1.2.3+45', '1.2.3+46', false],
    ['1.2.3+45', '1.2.3', false],
    ['1.2.3', '1.2.3-rc.1', false],
    ['1.2.3-x', '1.2.3-rc.1', false],
  ])('blocked as %s: %s is meant? %s', (entry, version, meant) => {
    expect(isMeant(entry, version)).toBe(meant)
  })
})
