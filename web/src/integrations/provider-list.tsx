import { Button, CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../api/me.ts'
import type { Provider } from '../api/integrations.ts'
import { Empty } from '../ui/empty.tsx'
import { categories, type Category } from './categories.ts'
import classes from './services.module.css'
import { findProviders, groupProviders } from './matching.ts'
import { ProviderTile } from './provider-tile.tsx'

interface ProviderListProps {
  providers: Provider[]
  /** How many accounts of a provider the reader has connected. */
  countOf: (provider: Provider) => number
  onChoose: (provider: Provider) => void
}

/** All services, by category or by what is typed. Enter takes the first, the arrow down goes into the list. */
export function ProviderList({ providers, countOf, onChoose }: ProviderListProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [category, setCategory] = useState<Category>()
  const section = useRef<HTMLElement>(null)
  const words = useDeferredValue(typed)
  const inCategory = category === undefined ? providers : providers.filter((one) => one.category === category)
  const fitting = findProviders(inCategory, words)
  const isWhole = words.trim() === '' && category === undefined
  const groups = isWhole ? groupProviders(fitting, categories) : [{ category, providers: fitting }]
  const goOn = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    // What is shown may lag behind what is typed.
    const first = findProviders(inCategory, typed)[0]
    if (event.key === 'Enter' && typed.trim() !== '' && first !== undefined) onChoose(first)
    if (event.key === 'ArrowDown') section.current?.querySelector<HTMLElement>('ul button')?.focus()
    if (event.key === 'Escape') setTyped('')
  }
  const reset = () => {
    setTyped('')
    setCategory(undefined)
  }
  return (
    <section ref={section} className={classes.services} aria-labelledby="services">
      <div className={classes.search}>
        <h2 id="services">{t('integrations.services')}</h2>
        <TextInput
          type="search"
          aria-label={t('integrations.search')}
          placeholder={t('integrations.search')}
          value={typed}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value)
            // What is found would be below the window's edge where there are many accounts.
            section.current?.scrollIntoView({ block: 'start' })
          }}
          onKeyDown={goOn}
          autoComplete="off"
          spellCheck={false}
          rightSection={
            typed !== '' && (
              <CloseButton size="sm" aria-label={t('integrations.clear')} onClick={() => setTyped('')} />
            )
          }
        />
        <NativeSelect
          aria-label={t('integrations.category')}
          data={[
            { value: '', label: t('integrations.everyCategory') },
            ...categories
              .filter((one) => providers.some((provider) => provider.category === one))
              .map((value) => ({ value, label: t(`integrations.categories.${value}`) })),
          ]}
          value={category ?? ''}
          onChange={({ currentTarget }) => setCategory(categories.find((one) => one === currentTarget.value))}
        />
      </div>
      <p className={classes.hidden} role="status">
        {!isWhole && t('integrations.found', { count: fitting.length })}
      </p>
      <div>
        {fitting.length === 0 ? (
          <NothingFound onReset={reset} />
        ) : (
          groups.map((group) => (
            <div key={group.category ?? 'all'} className={classes.group}>
              {isWhole && group.category !== undefined && (
                <h3>{t(`integrations.categories.${group.category}`)}</h3>
              )}
              <ul className={classes.tiles}>
                {group.providers.map((provider) => (
                  <ProviderTile
                    key={provider.name}
                    provider={provider}
                    count={countOf(provider)}
                    onChoose={() => onChoose(provider)}
                  />
                ))}
              </ul>
            </div>
          ))
        )}
      </div>
    </section>
  )
}

function NothingFound({ onReset }: { onReset: () => void }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const text = me?.role === 'admin' ? t('integrations.noneForAdmin') : t('integrations.noneForUser')
  return (
    <Empty title={t('integrations.noneTitle')} text={text}>
      <Button variant="default" onClick={onReset}>
        {t('integrations.showAll')}
      </Button>
    </Empty>
  )
}
