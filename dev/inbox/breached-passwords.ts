/** Passwords that lead every published list. Several pass a rule such as "one digit, one capital". */
export const BREACHED = `
123456 password 123456789 12345678 12345 qwerty 1234567 111111 123123 1234567890 000000 abc123
password1 Password1 Password1! Password123 Password123! P@ssw0rd P@ssw0rd1 P@ssword1 Passw0rd
Passw0rd! passw0rd password123 password! PASSWORD Password 1234 654321 555555 lovely 7777777
welcome Welcome1 Welcome1! Welcome123 Welcome123! welcome123 888888 princess dragon qwerty123
Qwerty123 Qwerty123! Qwerty1! qwertyuiop qwerty1 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1Qaz2wsx! zaq12wsx
Zaq12wsx! letmein Letmein1 Letmein1! letmein123 monkey monkey123 football football1 baseball
iloveyou iloveyou1 ILoveYou1! sunshine Sunshine1 Sunshine1! master hello Hello123 Hello123! charlie
aa123456 donald admin Admin123 Admin123! Admin@123 admin123 administrator root toor changeme
Changeme1! Changeme123! changeme123 secret Secret123 Secret123! test test123 Test1234 Test1234!
Test@123 guest login access starwars whatever trustno1 freedom computer internet michael jordan23
superman batman shadow ashley bailey hunter2 correcthorsebatterystaple asdfghjkl asdf1234
Asdf1234! zxcvbnm 121212 666666 696969 987654321 q1w2e3r4 Q1w2e3r4! abcd1234 Abcd1234 Abcd1234!
Abc123456! Summer2024! Winter2024! Spring2024! Summer2025! Winter2025! Company123! google facebook
`
  .trim()
  .split(/\s+/)
