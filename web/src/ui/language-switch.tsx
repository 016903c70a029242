import { chooseLanguage, language } from '../words/words.ts'
import { Button } from './button.tsx'

const names = { en: 'English', bn: 'বাংলা' }
const other = language === 'en' ? 'bn' : 'en'

/** To the other language, by its own name. For pages that can be loaded again: a link of a letter works once. */
export function LanguageSwitch() {
  return (
    <Button kind="quiet" onPress={() => chooseLanguage(other)}>
      <span lang={other}>{names[other]}</span>
    </Button>
  )
}
