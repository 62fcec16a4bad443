/**
 * A frame of the long connection: a protobuf message (proto2) that the official SDKs call `pbbp2.Frame`
 * (https://github.com/larksuite/oapi-sdk-go/blob/v3_main/ws/pbbp2.proto). Nine fields do not need a library.
 */
export interface Frame {
  seqId: bigint
  logId: bigint
  service: number
  /** 0 is control (`ping`, `pong`), 1 is data (`event`, `card`). */
  method: number
  headers: readonly FrameHeader[]
  payload: Uint8Array
  payloadEncoding?: string
  payloadType?: string
  logIdNew?: string
}

export interface FrameHeader {
  key: string
  value: string
}

export const controlMethod = 0
export const dataMethod = 1

export function headerOf(frame: Frame, key: string): string | undefined {
  return frame.headers.find((header) => header.key === key)?.value
}

export function encodeFrame(frame: Frame): Uint8Array {
  const parts: Uint8Array[] = [
    varintField(1, frame.seqId),
    varintField(2, frame.logId),
    varintField(3, BigInt.asUintN(64, BigInt(frame.service))),
    varintField(4, BigInt.asUintN(64, BigInt(frame.method))),
    ...frame.headers.map(({ key, value }) =>
      bytesField(5, Buffer.concat([bytesField(1, Buffer.from(key)), bytesField(2, Buffer.from(value))])),
    ),
  ]
  if (frame.payloadEncoding !== undefined) parts.push(bytesField(6, Buffer.from(frame.payloadEncoding)))
  if (frame.payloadType !== undefined) parts.push(bytesField(7, Buffer.from(frame.payloadType)))
  parts.push(bytesField(8, frame.payload))
  if (frame.logIdNew !== undefined) parts.push(bytesField(9, Buffer.from(frame.logIdNew)))
  return Buffer.concat(parts)
}

/** Throws RangeError for bytes that are not a frame. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const numbers = new Map<number, bigint>()
  const texts = new Map<number, Uint8Array>()
  const headers: FrameHeader[] = []
  for (const { field, number, content } of readFields(bytes)) {
    if (number !== undefined) numbers.set(field, number)
    else if (field === 5 && content !== undefined) headers.push(decodeHeader(content))
    else if (content !== undefined) texts.set(field, content)
  }
  for (const field of [1, 2, 3, 4]) {
    if (!numbers.has(field)) throw new RangeError(`the frame lacks field ${field}`)
  }
  const optional = (name: string, field: number) => {
    const content = texts.get(field)
    return content === undefined ? {} : { [name]: Buffer.from(content).toString() }
  }
  return {
    seqId: numbers.get(1) ?? 0n,
    logId: numbers.get(2) ?? 0n,
    service: Number(BigInt.asIntN(32, numbers.get(3) ?? 0n)),
    method: Number(BigInt.asIntN(32, numbers.get(4) ?? 0n)),
    headers,
    payload: texts.get(8) ?? new Uint8Array(),
    ...optional('payloadEncoding', 6),
    ...optional('payloadType', 7),
    ...optional('logIdNew', 9),
  }
}

function decodeHeader(bytes: Uint8Array): FrameHeader {
  const header = { key: '', value: '' }
  for (const { field, content } of readFields(bytes)) {
    if (content === undefined) continue
    if (field === 1) header.key = Buffer.from(content).toString()
    if (field === 2) header.value = Buffer.from(content).toString()
  }
  return header
}

interface Field {
  field: number
  number?: bigint
  content?: Uint8Array
}

/** https://protobuf.dev/programming-guides/encoding/ */
function* readFields(bytes: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new RangeError('the frame breaks off within a number')
  }
  const slice = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('the frame breaks off within a field')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = varint()
    const field = Number(tag >> 3n)
    const wire = Number(tag & 7n)
    if (wire === 0) yield { field, number: varint() }
    else if (wire === 2) yield { field, content: slice(Number(varint())) }
    else if (wire === 1) slice(8)
    else if (wire === 5) slice(4)
    else throw new RangeError(`the frame has a field of the unknown kind ${wire}`)
  }
}

function varintField(field: number, value: bigint): Uint8Array {
  return Buffer.concat([encodeVarint(BigInt(field << 3)), encodeVarint(value)])
}

function bytesField(field: number, content: Uint8Array): Uint8Array {
  const head = [encodeVarint(BigInt((field << 3) | 2)), encodeVarint(BigInt(content.length))]
  return Buffer.concat([...head, content])
}

function encodeVarint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
