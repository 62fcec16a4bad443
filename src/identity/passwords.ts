/** How passwords are kept. better-auth's scrypt does it in every Portico that runs; it takes a tenth of a second. */
export interface Passwords {
  hash(password: string): Promise<string>
  verify(kept: { hash: string; password: string }): Promise<boolean>
}
