/** By the ending of a file's name, since WeChat says no media type. */
const byEnding: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  m4a: 'audio/mp4',
  md: 'text/markdown',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  txt: 'text/plain',
  wav: 'audio/wav',
  webp: 'image/webp',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
}

export function mediaTypeOf(name: string): string {
  const ending = /\.(\w{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return byEnding[ending] ?? 'application/octet-stream'
}

/** `encode_type` of a voice note; 6, Tencent's variant of SILK, is what phones record. */
export function voiceTypeOf(encoding: number | undefined): { mediaType: string; ending: string } {
  const voices: Readonly<Record<number, [string, string]>> = {
    5: ['audio/amr', 'amr'],
    7: ['audio/mpeg', 'mp3'],
    8: ['audio/ogg', 'ogg'],
  }
  const [mediaType, ending] = voices[encoding ?? 6] ?? ['audio/silk', 'silk']
  return { mediaType, ending }
}
