import { useTranslation } from 'react-i18next'
import { Markdown } from '../markdown/markdown.tsx'
import { AlertIcon, ChevronIcon, DownloadIcon, FileIcon, ToolIcon } from '../ui/icons.tsx'
import classes from './part.module.css'
import type { MessagePart, ToolPart } from './parts.ts'

/** One piece of an answer; `isLive` while it may still grow. */
export function Part({ part, isLive = false }: { part: MessagePart; isLive?: boolean }) {
  switch (part.type) {
    case 'text':
      return <Markdown text={part.text} />
    case 'reasoning':
      return <Thoughts text={part.text} isLive={isLive} />
    case 'tool':
      return <ToolCall tool={part} isLive={isLive} />
    case 'file':
      return <FilePart url={part.url} mediaType={part.media_type} name={part.filename} />
    case 'error':
      return <Trouble text={part.text} reference={part.reference} />
    case 'notice':
      return <p className={classes.notice}>{part.text}</p>
    default:
      return null
  }
}

/** The reference finds the failure in the server's log; some texts name it themselves. */
function Trouble({ text, reference }: { text: string; reference: string | undefined }) {
  const { t } = useTranslation()
  return (
    <div className={classes.error} role="alert">
      <AlertIcon />
      <div>
        <p>{text}</p>
        {reference !== undefined && !text.includes(reference) && (
          <p className={classes.reference}>{t('problem.reference', { reference })}</p>
        )}
      </div>
    </div>
  )
}

function Thoughts({ text, isLive }: { text: string; isLive: boolean }) {
  const { t } = useTranslation()
  return (
    <details className={classes.fold}>
      <summary>
        <ChevronIcon size={16} />
        <span>{t(isLive ? 'chat.thinking' : 'chat.thought')}</span>
      </summary>
      <div className={classes.inside}>
        <Markdown text={text} />
      </div>
    </details>
  )
}

/** One line; what the tool was given and what it returned are inside. */
function ToolCall({ tool, isLive }: { tool: ToolPart; isLive: boolean }) {
  const { t } = useTranslation()
  const isDone = tool.output !== undefined || tool.error_text !== undefined
  return (
    <details className={classes.fold} data-failed={tool.error_text !== undefined || undefined}>
      <summary>
        <ChevronIcon size={16} />
        <ToolIcon size={16} />
        <code>{tool.tool_name}</code>
        {!isDone && isLive && <span>{t('chat.toolRunning')}</span>}
        {tool.error_text !== undefined && <span>{t('chat.toolFailed')}</span>}
      </summary>
      <div className={classes.inside}>
        {tool.input !== undefined && <Value label={t('chat.toolInput')} value={tool.input} />}
        {tool.output !== undefined && <Value label={t('chat.toolOutput')} value={tool.output} />}
        {tool.error_text !== undefined && <Value label={t('chat.toolOutput')} value={tool.error_text} />}
      </div>
    </details>
  )
}

function Value({ label, value }: { label: string; value: unknown }) {
  return (
    <>
      <span className={classes.label}>{label}</span>
      <pre tabIndex={0}>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>
    </>
  )
}

function FilePart({ url, mediaType, name }: { url: string; mediaType: string; name: string | undefined }) {
  const { t } = useTranslation()
  const title = name ?? t('chat.file')
  const isSafe = /^(data|https?):/i.test(url)
  // Only what came with the answer is shown; an address elsewhere would learn who is reading.
  const hasPreview = /^data:image\/(png|jpeg|gif|webp|avif);/i.test(url)
  return (
    <figure className={classes.file}>
      {hasPreview && <img src={url} alt={title} />}
      <figcaption>
        <FileIcon />
        <span>{title}</span>
        <small>{mediaType}</small>
        {isSafe && (
          <a
            href={url}
            download={title}
            rel="noreferrer"
            target="_blank"
            aria-label={t('chat.download', { name: title })}
          >
            <DownloadIcon />
          </a>
        )}
      </figcaption>
    </figure>
  )
}
