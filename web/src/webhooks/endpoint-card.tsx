import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Endpoint } from '../api/webhooks.ts'
import cards from '../ui/cards.module.css'
import { EndpointMenu, type EndpointActs } from './endpoint-menu.tsx'
import { EndpointStatus } from './endpoint-status.tsx'
import classes from './webhooks.module.css'

/** One address, what it is told, and how it stands; its name leads to its log. */
export function EndpointCard({ endpoint, ...acts }: { endpoint: Endpoint } & EndpointActs) {
  const { t } = useTranslation()
  const { id, url, description, events } = endpoint
  return (
    <li className={cards.card}>
      <div className={cards.about}>
        <h2>
          <Link to="/webhooks/$endpointId" params={{ endpointId: id }} className={classes.address}>
            {url}
          </Link>
        </h2>
        {description !== '' && <p dir="auto">{description}</p>}
        <p>{events.length === 0 ? t('webhooks.everything') : events.join(', ')}</p>
        <EndpointStatus endpoint={endpoint} />
      </div>
      <EndpointMenu endpoint={endpoint} {...acts} />
    </li>
  )
}
