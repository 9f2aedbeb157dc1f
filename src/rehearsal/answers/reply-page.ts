import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers with a small HTML page of the web server itself. */
export function replyPage(request: IncomingMessage, response: ServerResponse, status: number, words: string): void {
  const page = `<!DOCTYPE html>\n<html><head><title>${status} ${words}</title></head><body><h1>${words}</h1></body></html>\n`
  response.writeHead(status, { 'Content-Type': 'text/html', 'Content-Length': Buffer.byteLength(page) })
  response.end(request.method === 'HEAD' ? undefined : page)
}
