/** The page: it shows the answer as it grows, which the server sends as lines of JSON. */
export function page(person: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>Chat</title>
<style>
  body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui; }
  ol { padding: 0; list-style: none; white-space: pre-wrap; }
  form { display: flex; gap: .5rem; }
  input { flex: 1; font: inherit; }
</style>
<h1>Chat</h1>
<ol aria-live="polite"></ol>
<form><input name="message" aria-label="Message" autocomplete="off" required autofocus><button>Send</button></form>
<script type="module">
  const person = ${JSON.stringify(person).replaceAll('<', '\\u003c')}
  const list = document.querySelector('ol')
  const form = document.querySelector('form')
  const add = (text) => list.appendChild(Object.assign(document.createElement('li'), { textContent: text }))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const { value: message } = form.elements.message
    form.reset()
    add(person + ': ' + message)
    const answer = add('…')
    const response = await fetch('/ask?as=' + encodeURIComponent(person), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message }),
    })
    if (!response.ok) answer.textContent = 'That did not work. Try again.'
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    while (response.ok) {
      const { done, value } = await reader.read()
      if (done) break
      const lines = (rest + value).split('\\n')
      rest = lines.pop()
      for (const line of lines) answer.textContent = JSON.parse(line).text
    }
  })
</script>
`
}
