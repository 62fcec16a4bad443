/** What a query gives. */
export type Answer<Query extends { queryFn?: unknown }> = Query['queryFn'] extends infer Read
  ? Read extends (...context: never[]) => infer Result
    ? Awaited<Result>
    : never
  : never
