import { ActionIcon } from '@mantine/core'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { SendIcon, StopIcon } from '../ui/icons.tsx'
import classes from './composer.module.css'

interface ComposerProps {
  onSend: (text: string) => void
  /** Given while an answer runs; the send button is then a stop button. */
  onStop?: (() => void) | undefined
  isBusy?: boolean
}

/** Enter sends, Shift Enter starts a new line, Esc stops. An input method's own Enter does not send. */
export function Composer({ onSend, onStop, isBusy = false }: ComposerProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const canSend = text.trim() !== '' && onStop === undefined && !isBusy

  // On a phone this would open the keyboard over the page.
  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) field.current?.focus({ preventScroll: true })
  }, [])
  useStopKey(onStop)

  const send = () => {
    if (!canSend) return
    onSend(text.trim())
    setText('')
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div className={classes.box}>
        <textarea
          ref={field}
          rows={1}
          value={text}
          maxLength={32_000}
          aria-label={t('chat.message')}
          placeholder={t('chat.placeholder')}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {onStop === undefined ? (
          <ActionIcon type="submit" size={32} disabled={!canSend} aria-label={t('chat.send')}>
            <SendIcon />
          </ActionIcon>
        ) : (
          <ActionIcon size={32} variant="default" aria-label={t('chat.stop')} onClick={onStop}>
            <StopIcon />
          </ActionIcon>
        )}
      </div>
      <p className={classes.keys}>{t('chat.keys')}</p>
    </form>
  )
}

function useStopKey(onStop: (() => void) | undefined): void {
  useEffect(() => {
    if (onStop === undefined) return
    const listen = (event: globalThis.KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) onStop()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [onStop])
}
