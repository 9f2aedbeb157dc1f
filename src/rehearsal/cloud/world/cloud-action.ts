/** One event of the cloud in the life of a droplet. Instants are milliseconds of the epoch. */
export interface CloudAction {
  readonly id: number
  readonly type: 'create' | 'destroy' | 'power_off' | 'shutdown' | 'snapshot'
  readonly dropletId: number
  readonly regionSlug: string
  readonly startedAtMs: number
  status: 'in-progress' | 'completed' | 'errored'
  completedAtMs: number | undefined
}

/** Every action that there ever was. */
export class ActionBook {
  private readonly actions = new Map<number, CloudAction>()
  private lastId = 2_415_000_000

  begin(type: CloudAction['type'], droplet: { id: number; region: { slug: string } }, atMs: number): CloudAction {
    const action: CloudAction = {
      id: ++this.lastId,
      type,
      dropletId: droplet.id,
      regionSlug: droplet.region.slug,
      startedAtMs: atMs,
      status: 'in-progress',
      completedAtMs: undefined,
    }
    this.actions.set(action.id, action)
    return action
  }

  /** Ends an action; one that has ended already stays as it is. */
  end(action: CloudAction, status: 'completed' | 'errored', atMs: number): void {
    if (action.status !== 'in-progress') return
    action.status = status
    action.completedAtMs = atMs
  }

  find(id: number): CloudAction | undefined {
    return this.actions.get(id)
  }

  /** The latest first, as lists of the API are. */
  ofDroplet(dropletId: number): CloudAction[] {
    return [...this.actions.values()].filter(action => action.dropletId === dropletId).reverse()
  }

  /** The latest first. */
  all(): CloudAction[] {
    return [...this.actions.values()].reverse()
  }
}
