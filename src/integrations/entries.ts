import type { Provider } from './provider.ts'
import { acuity } from './providers/acuity.ts'
import { airtable } from './providers/airtable.ts'
import { algolia } from './providers/algolia.ts'
import { alphaVantage } from './providers/alpha-vantage.ts'
import { amazon } from './providers/amazon.ts'
import { anthropic } from './providers/anthropic.ts'
import { apify } from './providers/apify.ts'
import { apollo } from './providers/apollo.ts'
import { asana } from './providers/asana.ts'
import { assemblyai } from './providers/assemblyai.ts'
import { atlassian } from './providers/atlassian.ts'
import { atlassianToken } from './providers/atlassian-token.ts'
import { attio } from './providers/attio.ts'
import { auth0 } from './providers/auth0.ts'
import { basecamp } from './providers/basecamp.ts'
import { baserow } from './providers/baserow.ts'
import { bitbucket } from './providers/bitbucket.ts'
import { box } from './providers/box.ts'
import { braveSearch } from './providers/brave-search.ts'
import { browserbase } from './providers/browserbase.ts'
import { cal } from './providers/cal.ts'
import { calendly } from './providers/calendly.ts'
import { canva } from './providers/canva.ts'
import { circleci } from './providers/circleci.ts'
import { clickup } from './providers/clickup.ts'
import { close } from './providers/close.ts'
import { cloudflare } from './providers/cloudflare.ts'
import { coda } from './providers/coda.ts'
import { cohere } from './providers/cohere.ts'
import { coinbase } from './providers/coinbase.ts'
import { databricks } from './providers/databricks.ts'
import { deepgram } from './providers/deepgram.ts'
import { deepl } from './providers/deepl.ts'
import { deepseek } from './providers/deepseek.ts'
import { digitalocean } from './providers/digitalocean.ts'
import { dingtalk } from './providers/dingtalk.ts'
import { discord } from './providers/discord.ts'
import { docusign } from './providers/docusign.ts'
import { dropbox } from './providers/dropbox.ts'
import { e2b } from './providers/e2b.ts'
import { elevenlabs } from './providers/elevenlabs.ts'
import { etsy } from './providers/etsy.ts'
import { eventbrite } from './providers/eventbrite.ts'
import { exa } from './providers/exa.ts'
import { facebook } from './providers/facebook.ts'
import { fal } from './providers/fal.ts'
import { feishu } from './providers/feishu.ts'
import { figma } from './providers/figma.ts'
import { finnhub } from './providers/finnhub.ts'
import { firecrawl } from './providers/firecrawl.ts'
import { freshbooks } from './providers/freshbooks.ts'
import { front } from './providers/front.ts'
import { gemini } from './providers/gemini.ts'
import { giphy } from './providers/giphy.ts'
import { gitea } from './providers/gitea.ts'
import { github } from './providers/github.ts'
import { githubApp } from './providers/github-app.ts'
import { gitlab } from './providers/gitlab.ts'
import { gong } from './providers/gong.ts'
import { google } from './providers/google.ts'
import { googleMaps } from './providers/google-maps.ts'
import { groq } from './providers/groq.ts'
import { harvest } from './providers/harvest.ts'
import { helpscout } from './providers/helpscout.ts'
import { heroku } from './providers/heroku.ts'
import { hetzner } from './providers/hetzner.ts'
import { http } from './providers/http.ts'
import { hubspot } from './providers/hubspot.ts'
import { huggingface } from './providers/huggingface.ts'
import { hunter } from './providers/hunter.ts'
import { instagram } from './providers/instagram.ts'
import { intercom } from './providers/intercom.ts'
import { ipinfo } from './providers/ipinfo.ts'
import { jina } from './providers/jina.ts'
import { kakao } from './providers/kakao.ts'
import { kick } from './providers/kick.ts'
import { klaviyo } from './providers/klaviyo.ts'
import { lark } from './providers/lark.ts'
import { lemonSqueezy } from './providers/lemon-squeezy.ts'
import { line } from './providers/line.ts'
import { linear } from './providers/linear.ts'
import { linkedin } from './providers/linkedin.ts'
import { mailchimp } from './providers/mailchimp.ts'
import { mailgun } from './providers/mailgun.ts'
import { mastodon } from './providers/mastodon.ts'
import { microsoft } from './providers/microsoft.ts'
import { miro } from './providers/miro.ts'
import { mistral } from './providers/mistral.ts'
import { monday } from './providers/monday.ts'
import { naver } from './providers/naver.ts'
import { netlify } from './providers/netlify.ts'
import { newsapi } from './providers/newsapi.ts'
import { notion } from './providers/notion.ts'
import { okta } from './providers/okta.ts'
import { openai } from './providers/openai.ts'
import { openrouter } from './providers/openrouter.ts'
import { openweathermap } from './providers/openweathermap.ts'
import { oura } from './providers/oura.ts'
import { outreach } from './providers/outreach.ts'
import { pagerduty } from './providers/pagerduty.ts'
import { patreon } from './providers/patreon.ts'
import { paypal } from './providers/paypal.ts'
import { perplexity } from './providers/perplexity.ts'
import { pexels } from './providers/pexels.ts'
import { pinecone } from './providers/pinecone.ts'
import { pinterest } from './providers/pinterest.ts'
import { pipedrive } from './providers/pipedrive.ts'
import { polar } from './providers/polar.ts'
import { postmark } from './providers/postmark.ts'
import { quickbooks } from './providers/quickbooks.ts'
import { raindrop } from './providers/raindrop.ts'
import { readwise } from './providers/readwise.ts'
import { reddit } from './providers/reddit.ts'
import { replicate } from './providers/replicate.ts'
import { resend } from './providers/resend.ts'
import { ringcentral } from './providers/ringcentral.ts'
import { roblox } from './providers/roblox.ts'
import { salesforce } from './providers/salesforce.ts'
import { salesloft } from './providers/salesloft.ts'
import { sendgrid } from './providers/sendgrid.ts'
import { sentry } from './providers/sentry.ts'
import { serpapi } from './providers/serpapi.ts'
import { serper } from './providers/serper.ts'
import { servicenow } from './providers/servicenow.ts'
import { shopify } from './providers/shopify.ts'
import { shortcut } from './providers/shortcut.ts'
import { slack } from './providers/slack.ts'
import { slackUser } from './providers/slack-user.ts'
import { smartsheet } from './providers/smartsheet.ts'
import { smtp } from './providers/smtp.ts'
import { snowflake } from './providers/snowflake.ts'
import { spotify } from './providers/spotify.ts'
import { square } from './providers/square.ts'
import { stability } from './providers/stability.ts'
import { strava } from './providers/strava.ts'
import { stripe } from './providers/stripe.ts'
import { supabase } from './providers/supabase.ts'
import { surveymonkey } from './providers/surveymonkey.ts'
import { tavily } from './providers/tavily.ts'
import { threads } from './providers/threads.ts'
import { tiktok } from './providers/tiktok.ts'
import { tmdb } from './providers/tmdb.ts'
import { todoist } from './providers/todoist.ts'
import { together } from './providers/together.ts'
import { trello } from './providers/trello.ts'
import { twilio } from './providers/twilio.ts'
import { twitch } from './providers/twitch.ts'
import { typeform } from './providers/typeform.ts'
import { unsplash } from './providers/unsplash.ts'
import { vercel } from './providers/vercel.ts'
import { voyage } from './providers/voyage.ts'
import { webex } from './providers/webex.ts'
import { webflow } from './providers/webflow.ts'
import { wecom } from './providers/wecom.ts'
import { whoop } from './providers/whoop.ts'
import { withings } from './providers/withings.ts'
import { wolframAlpha } from './providers/wolfram-alpha.ts'
import { wordpress } from './providers/wordpress.ts'
import { x } from './providers/x.ts'
import { xai } from './providers/xai.ts'
import { xero } from './providers/xero.ts'
import { yandex } from './providers/yandex.ts'
import { zendesk } from './providers/zendesk.ts'
import { zoho } from './providers/zoho.ts'
import { zoom } from './providers/zoom.ts'

/** The catalogue's own entries, by id; a new one is its file and a line here. Loaded at first use only. */
export const entries: readonly Provider[] = [
  acuity,
  airtable,
  algolia,
  alphaVantage,
  amazon,
  anthropic,
  apify,
  apollo,
  asana,
  assemblyai,
  atlassian,
  atlassianToken,
  attio,
  auth0,
  basecamp,
  baserow,
  bitbucket,
  box,
  braveSearch,
  browserbase,
  cal,
  calendly,
  canva,
  circleci,
  clickup,
  close,
  cloudflare,
  coda,
  cohere,
  coinbase,
  databricks,
  deepgram,
  deepl,
  deepseek,
  digitalocean,
  dingtalk,
  discord,
  docusign,
  dropbox,
  e2b,
  elevenlabs,
  etsy,
  eventbrite,
  exa,
  facebook,
  fal,
  feishu,
  figma,
  finnhub,
  firecrawl,
  freshbooks,
  front,
  gemini,
  giphy,
  gitea,
  github,
  githubApp,
  gitlab,
  gong,
  google,
  googleMaps,
  groq,
  harvest,
  helpscout,
  heroku,
  hetzner,
  http,
  hubspot,
  huggingface,
  hunter,
  instagram,
  intercom,
  ipinfo,
  jina,
  kakao,
  kick,
  klaviyo,
  lark,
  lemonSqueezy,
  line,
  linear,
  linkedin,
  mailchimp,
  mailgun,
  mastodon,
  microsoft,
  miro,
  mistral,
  monday,
  naver,
  netlify,
  newsapi,
  notion,
  okta,
  openai,
  openrouter,
  openweathermap,
  oura,
  outreach,
  pagerduty,
  patreon,
  paypal,
  perplexity,
  pexels,
  pinecone,
  pinterest,
  pipedrive,
  polar,
  postmark,
  quickbooks,
  raindrop,
  readwise,
  reddit,
  replicate,
  resend,
  ringcentral,
  roblox,
  salesforce,
  salesloft,
  sendgrid,
  sentry,
  serpapi,
  serper,
  servicenow,
  shopify,
  shortcut,
  slack,
  slackUser,
  smartsheet,
  smtp,
  snowflake,
  spotify,
  square,
  stability,
  strava,
  stripe,
  supabase,
  surveymonkey,
  tavily,
  threads,
  tiktok,
  tmdb,
  todoist,
  together,
  trello,
  twilio,
  twitch,
  typeform,
  unsplash,
  vercel,
  voyage,
  webex,
  webflow,
  wecom,
  whoop,
  withings,
  wolframAlpha,
  wordpress,
  x,
  xai,
  xero,
  yandex,
  zendesk,
  zoho,
  zoom,
]
