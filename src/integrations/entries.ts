import type { Provider } from './provider.ts'
import { github } from './providers/github.ts'
import { githubApp } from './providers/github-app.ts'
import { gitlab } from './providers/gitlab.ts'
import { google } from './providers/google.ts'
import { linear } from './providers/linear.ts'
import { notion } from './providers/notion.ts'
import { slack } from './providers/slack.ts'
import { slackUser } from './providers/slack-user.ts'

/** The catalogue's own entries, by id; a new one is its file and a line here. Loaded at first use only. */
export const entries: readonly Provider[] = [
  github,
  githubApp,
  gitlab,
  google,
  linear,
  notion,
  slack,
  slackUser,
]
