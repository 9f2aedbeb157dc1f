import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { callAnswerer } from './answer-call.ts'
import { answerControl, type CloudControls, controlBeginning } from './cloud-control.ts'

/** The API over HTTP, with the control path beside it. */
export interface CloudServer {
  /** Scheme, address and port: `http://127.0.0.1:40123`; the API is below `/v2` of it. */
  url: string
  /** Breaks every connection and stops listening. */
  close(): Promise<void>
}

/** Listens at an address; port 0 takes any free one. */
export async function startCloudServer(controls: CloudControls, listen: { host: string; port: number }): Promise<CloudServer> {
  const answerCall = callAnswerer(controls.world, controls.calls)
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const isControl = path.startsWith(controlBeginning)
    const answered = isControl
      ? answerControl(request, response, path.slice(controlBeginning.length), controls)
      : answerCall(request, response)
    answered.catch((error: unknown) => {
      if (response.headersSent || !(error instanceof Error)) return response.destroy()
      response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(`the test cloud broke: ${error.stack}\n`)
    })
  })
  server.keepAliveTimeout = 5000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(listen.port, listen.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://${listen.host}:${port}`, close: () => closeServer(server) }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close(error => (error === undefined ? resolve() : reject(error)))
    server.closeAllConnections()
  })
}
