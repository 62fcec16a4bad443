import { ActionIcon } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { writeToPlayground, type Playground, type PlaygroundMessage } from '../api/playground.ts'
import { useStickToEnd } from '../chat/use-stick-to-end.ts'
import { Markdown } from '../markdown/markdown.tsx'
import { Failure } from '../ui/failure.tsx'
import { Mark, SendIcon } from '../ui/icons.tsx'
import classes from './phone.module.css'

interface PhoneProps {
  playground: Playground
  isTyping: boolean
  isLive: boolean
}

/** The chat as the person sees it on their phone. */
export function Phone({ playground, isTyping, isLive }: PhoneProps) {
  const { t } = useTranslation()
  const { box, content, onScroll } = useStickToEnd()
  const { bot, messages } = playground
  return (
    <section id="phone" className={classes.phone} aria-label={t('playground.phone')}>
      <header className={classes.head}>
        <Mark size={32} />
        <div>
          <strong>{bot.name}</strong>
          <span role="status">
            {!isLive
              ? t('common.reconnecting')
              : isTyping
                ? t('playground.typing', { name: bot.name })
                : t('playground.bot')}
          </span>
        </div>
      </header>
      <div
        className={classes.chat}
        ref={box}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label={t('chat.conversation')}
      >
        <div className={classes.messages} ref={content}>
          {messages.length === 0 && <p className={classes.empty}>{t('playground.empty')}</p>}
          {messages.map((message) => (
            <Bubble key={message.id} message={message} />
          ))}
          {isTyping && <div className={classes.typing} aria-hidden />}
        </div>
      </div>
      <PhoneComposer />
    </section>
  )
}

function Bubble({ message }: { message: PlaygroundMessage }) {
  const { t, i18n } = useTranslation()
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' })
  return (
    <article className={classes.bubble} data-from={message.from}>
      {message.from === 'bot' ? <Markdown text={message.text} /> : <p>{message.text}</p>}
      <footer>
        {message.edited_at !== null && <>{t('playground.edited')} · </>}
        <time dateTime={message.sent_at}>{time.format(new Date(message.sent_at))}</time>
      </footer>
    </article>
  )
}

function PhoneComposer() {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const writing = useMutation({ mutationFn: writeToPlayground })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (text.trim() === '') return
    writing.mutate(text.trim())
    setText('')
  }
  return (
    <>
      {writing.error !== null && (
        <Failure error={writing.error} onRetry={() => writing.mutate(writing.variables)} />
      )}
      <form className={classes.composer} onSubmit={submit}>
        <input
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          aria-label={t('playground.placeholder')}
          placeholder={t('playground.placeholder')}
          maxLength={4000}
          autoComplete="off"
        />
        <ActionIcon
          type="submit"
          radius="xl"
          size={36}
          aria-label={t('chat.send')}
          disabled={text.trim() === ''}
        >
          <SendIcon />
        </ActionIcon>
      </form>
    </>
  )
}
