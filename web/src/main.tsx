import './theme/mantine.css'
import 'virtual:theme.css'
import './theme/page.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startI18n } from './i18n/i18n.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root.')

await startI18n()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
