import { InputBase, NativeSelect, TagsInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeBot, type Bot, type BotRules } from '../api/bots.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

const lists = ['people', 'groups', 'spaces'] as const
const inGroups: readonly BotRules['in_groups'][] = ['mention', 'everything', 'nothing']
const threads: readonly BotRules['threads'][] = ['own', 'shared']

/** Whom a bot listens to, and how it behaves where many talk. */
export function RulesDialog({ bot, onClose }: { bot: Bot; onClose: () => void }) {
  const { t } = useTranslation()
  const [rules, setRules] = useState(bot.rules)
  const set = (change: Partial<BotRules>) => setRules({ ...rules, ...change })
  return (
    <FormDialog
      title={t('bots.rulesTitle', { name: bot.name })}
      action={t('common.save')}
      onSubmit={() => changeBot(bot.id, { rules })}
      onDone={onClose}
      onClose={onClose}
    >
      {lists.map((list) => (
        <TagsInput
          key={list}
          label={t(`bots.${list}`)}
          description={t(`bots.${list}Why`)}
          value={rules[list]}
          onChange={(ids) => set({ [list]: ids })}
          splitChars={[',', ' ', '\n']}
          autoComplete="off"
        />
      ))}
      <NativeSelect
        label={t('bots.inGroups')}
        data={inGroups.map((value) => ({ value, label: t(`bots.in.${value}`) }))}
        value={rules.in_groups}
        onChange={({ currentTarget }) => set({ in_groups: chosen(inGroups, currentTarget.value) })}
      />
      <NativeSelect
        label={t('bots.threads')}
        data={threads.map((value) => ({ value, label: t(`bots.thread.${value}`) }))}
        value={rules.threads}
        onChange={({ currentTarget }) => set({ threads: chosen(threads, currentTarget.value) })}
      />
      <InputBase
        component="textarea"
        rows={3}
        multiline
        label={t('bots.welcome')}
        description={t('bots.welcomeWhy')}
        value={rules.welcome}
        maxLength={4_000}
        onChange={({ currentTarget }) => set({ welcome: currentTarget.value })}
      />
    </FormDialog>
  )
}

function chosen<Value extends string>(values: readonly Value[], value: string): Value {
  const found = values.find((one) => one === value)
  if (found === undefined) throw new Error(`${value} was not offered.`)
  return found
}
