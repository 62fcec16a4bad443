import type { TurnEvent } from '../agent.ts'

/**
 * What is wrong with a sequence of events, as sentences; empty if nothing is. Understands both what an agent
 * yields and what a turn's stream holds. `complete` is false for a sequence that was stopped in the middle: then
 * what is still open is no fault.
 */
export function findEventFaults(events: readonly TurnEvent[], complete = true): string[] {
  const faults: string[] = []
  const check = createEventCheck((fault) => faults.push(fault))
  for (const event of events) check.next(event)
  if (complete) check.end()
  return faults
}

type ToolState = 'writing' | 'called' | 'ended'

function createEventCheck(report: (fault: string) => void) {
  const parts = new Map<string, 'open' | 'closed'>()
  const tools = new Map<string, ToolState>()
  let steps = 0
  let count = 0
  let hasEnded = false

  const reset = () => {
    parts.clear()
    tools.clear()
    steps = 0
  }
  const move = (id: string, type: string, from: ToolState[], to: ToolState | undefined) => {
    const state = tools.get(id)
    if (state === undefined || !from.includes(state))
      report(`${type} for a call ${id} that is ${state ?? 'unknown'}`)
    if (to !== undefined) tools.set(id, to)
  }
  const checkPart = (type: string, id: string) => {
    const [kind = '', step] = type.split('-')
    const key = `${kind} ${id}`
    if (step === 'start') {
      if (parts.has(key)) report(`${key} starts twice`)
      parts.set(key, 'open')
    } else {
      if (parts.get(key) !== 'open') report(`${type} for ${key}, which is not open`)
      if (step === 'end') parts.set(key, 'closed')
    }
  }

  return {
    next(event: TurnEvent) {
      count++
      if (hasEnded) report(`${event.type} after the end`)
      switch (event.type) {
        case 'start':
          if (count > 1) report('start is not the first event')
          return
        case 'data-restart': {
          reset()
          return
        }
        case 'text-delta':
        case 'reasoning-delta':
          if (event.delta === '') report(`an empty ${event.type}`)
          {
            checkPart(event.type, event.id)
            return
          }
        case 'text-start':
        case 'text-end':
        case 'reasoning-start':
        case 'reasoning-end': {
          checkPart(event.type, event.id)
          return
        }
        case 'tool-input-start':
          if (tools.has(event.toolCallId)) report(`the call ${event.toolCallId} starts twice`)
          tools.set(event.toolCallId, 'writing')
          return
        case 'tool-input-delta': {
          move(event.toolCallId, event.type, ['writing'], undefined)
          return
        }
        case 'tool-input-available': {
          move(event.toolCallId, event.type, ['writing'], 'called')
          return
        }
        case 'tool-output-available':
        case 'tool-output-error': {
          move(event.toolCallId, event.type, ['called'], 'ended')
          return
        }
        case 'start-step':
          steps++
          return
        case 'finish-step':
          if (--steps < 0) report('a step ends that did not start')
          return
        case 'finish':
        case 'abort':
          hasEnded = true
      }
    },
    end() {
      for (const [key, state] of parts) if (state === 'open') report(`${key} is left open`)
      for (const [id, state] of tools)
        if (state === 'writing') report(`the input of the call ${id} is left open`)
      if (steps > 0) report('a step is left open')
    },
  }
}
