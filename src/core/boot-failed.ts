/** How the reason begins for which an attempt was closed whose machine said itself that its agent never began. */
export const bootFailedWhy = 'its boot failed'
