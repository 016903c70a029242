/** Texts that have broken something somewhere: each stands for a kind of mistake. */
export const naughtyStrings: readonly string[] = [
  // Nothing, or nearly.
  ...['', ' ', '   ', '\t', '\n', '\r\n', '\0', '\u00a0', '\u200b', '\ufeff', '\u3000'],
  // Words that languages and formats take for something else.
  ...[
    'null',
    'undefined',
    'true',
    'false',
    'NaN',
    'Infinity',
    '-Infinity',
    'nil',
    'None',
    '[]',
    '{}',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then'],
  '[object Object]',
  // Numbers at and beyond the edges.
  ...['0', '-0', '-1', '1e309', '0x7f', '1_000', '9007199254740993', '2147483648', '1.0', '٣', '½'],
  '9'.repeat(400),
  // Halves of characters, non-characters, controls, things without width, the other direction.
  ...[
    '\ud800',
    '\udfff',
    'a\udc00\ud800b',
    '\ufffe',
    '\uffff',
    '\u{10ffff}',
    '\u0000\u0001\u001f\u007f',
  ],
  ...['\u0085', '\u2028', '\u2029', '\u202emoc.live@a', '\u2066\u2069', '\u{e0041}', 'a\u00adb'],
  // One look, several spellings; spellings that grow or meet when folded.
  ...[
    '\u00e9',
    'e\u0301',
    'ﬁ',
    'ß',
    'ẞ',
    'İ',
    'ı',
    'K',
    'Å',
    'ﷺ',
    'ａｄｍｉｎ',
    'аdmin',
    'ΑΒΓ',
    'ſ',
  ],
  `a${'\u0301'.repeat(500)}`,
  '👩‍👩‍👧‍👦',
  '🇧🇩🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'র‍্যা‌ক্ষ',
  'نعمت‌الله',
  // Other people's languages, in the wrong place.
  ...[
    "' or '1'='1",
    "'; drop table users; --",
    '"; select pg_sleep(5); --',
    '\\',
    "\\'",
    '$$',
    '$1',
    '?',
  ],
  ...[
    '{a,b}',
    '\\x00',
    '\\u0000',
    '%00',
    '%0d%0aSet-Cookie: a=b',
    '%s%n',
    '{{7*7}}',
    `$${'{7*7}'}`,
    '#{7*7}',
  ],
  ...[
    '<script>alert(1)</script>',
    '"><img src=x>',
    'javascript:alert(1)',
    '../../etc/passwd',
    'C:\\nul',
  ],
  ...[
    'a\r\nBcc: victim@example.com',
    'a\nX-Injected: 1',
    '`id`',
    '$(id)',
    '| id',
    '=1+1',
    '*)(uid=*',
  ],
  // Addresses, nearly.
  ...[
    '@',
    'a@',
    '@b.example',
    'a@b',
    'a@@b.example',
    'a@b@c.example',
    'a b@c.example',
    'a@b..example',
  ],
  ...[
    '"a b"@example.com',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    'a@localhost',
    'a@-b.example',
    'a@b.example.',
  ],
  ...[
    'a@xn--.example',
    'a@xn--a.example',
    'a@ß.example',
    'a@münchen.example',
    'a@例え.テスト',
    'ä@example.com',
  ],
  ...[
    'a+b@example.com',
    'A@EXAMPLE.COM',
    'a%b@example.com',
    'a@b.invalid',
    '<a@example.com>',
    'a@example.com,b@example.com',
  ],
  `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.example`,
  `${'a'.repeat(65)}@example.com`,
  `a@${'b.'.repeat(130)}example`,
  // Numbers to call, days that never were.
  ...[
    '+',
    '+0',
    '+8801712345678',
    '01712345678',
    '+88017123456789012',
    '+1 (555) 010-0000',
    'tel:+8801712345678',
  ],
  ...[
    '1990-02-28',
    '1990-02-30',
    '2000-02-29',
    '1900-02-29',
    '0000-01-01',
    '9999-12-31',
    '-000001-01-01',
  ],
  ...['1990-2-8', '1990-02-28T00:00:00Z', '28.02.1990', '٢٠٠٠-٠١-٠١', '1990-00-00', '10000-01-01'],
  // Ids and tokens, nearly.
  ...['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  ...[
    '01999999-9999-7999-8999-999999999999',
    '{01999999-9999-7999-8999-999999999999}',
    'urn:uuid:0',
  ],
  ...[
    'ghr_',
    `ghr_${'A'.repeat(70)}`,
    `ghv_${'A'.repeat(43)}`,
    `ghp_${'A'.repeat(43)}`,
    `ghd_${'_'.repeat(43)}`,
  ],
  ...[
    'eyJhbGciOiJub25lIn0.e30.',
    'a.b.c',
    `${'a.'.repeat(3_000)}`,
    '000000',
    '12345',
    '１２３４５６',
    '-12345',
  ],
  // Long, and just around the lines that are drawn.
  ...[80, 81, 128, 129, 256, 257, 320, 321, 512, 513, 1_024, 1_025, 4_096, 4_097, 20_000].map(
    (length) => 'x'.repeat(length),
  ),
  '\u00e9'.repeat(512),
  '😀'.repeat(300),
  `${'(a+)+'.repeat(200)}$`,
  `${'a-'.repeat(500)}!`,
  `${"a'".repeat(500)} `,
]

/** What a header can hold of it without a warning of the runtime. */
export function asHeader(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, 4_000)
}
