import type { ConfigProblem } from '../../config/problems.ts'

export function problem(path: string, message: string): ConfigProblem {
  return { path, message }
}

/** The problem, if it is one. */
export function when(isWrong: boolean, path: string, message: string): ConfigProblem[] {
  return isWrong ? [problem(path, message)] : []
}
