import * as clack from '@clack/prompts'
import { Cancelled, type Check, type Option, type Prompts } from './prompts.ts'

/** Questions in the terminal. */
export function openPrompts(): Prompts {
  return {
    choose: async ({ message, options, initial }) =>
      answered(
        await clack.select({
          message,
          options: options.map(optionOf),
          ...(initial !== undefined && { initialValue: initial }),
        }),
      ),
    chooseSome: async ({ message, options, initial = [] }) =>
      answered(
        await clack.multiselect({
          message,
          options: options.map(optionOf),
          initialValues: [...initial],
          required: false,
        }),
      ),
    text: async ({ message, initial, hint, check }) =>
      answered(
        await clack.text({
          message,
          ...(initial !== undefined && { initialValue: initial }),
          ...(hint !== undefined && { placeholder: hint }),
          ...checking(check),
        }),
      ).trim(),
    secret: async ({ message, check }) =>
      answered(await clack.password({ message, clearOnError: true, ...checking(check) })).trim(),
    confirm: async ({ message, initial }) =>
      answered(await clack.confirm({ message, initialValue: initial })),
    say(text, tone = 'plain') {
      if (tone === 'good') clack.log.success(text)
      else if (tone === 'bad') clack.log.error(text)
      else clack.log.info(text)
    },
    draw: (text) => void process.stdout.write(`\n${text}\n`),
    during,
  }
}

async function during<T>(text: string, work: Promise<T>): Promise<T> {
  const spinner = clack.spinner()
  spinner.start(text)
  try {
    return await work
  } finally {
    spinner.clear()
  }
}

function optionOf({ value, label, hint }: Option) {
  return { value, label, ...(hint !== undefined && { hint }) }
}

/** The library says undefined where nothing was typed. */
function checking(check: Check | undefined) {
  return check === undefined ? {} : { validate: (value: string | undefined) => check((value ?? '').trim()) }
}

function answered<T>(answer: T | symbol): T extends symbol ? never : T {
  if (clack.isCancel(answer)) throw new Cancelled()
  return (answer ?? '') as T extends symbol ? never : T
}
