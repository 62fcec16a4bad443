/** What the doctor found about one subject; for what is not good, the text says how to mend it. */
export interface Finding {
  state: 'good' | 'uncertain' | 'bad'
  subject: string
  text: string
}

export function good(subject: string, text: string): Finding {
  return { state: 'good', subject, text }
}

export function uncertain(subject: string, text: string): Finding {
  return { state: 'uncertain', subject, text }
}

export function bad(subject: string, text: string): Finding {
  return { state: 'bad', subject, text }
}
