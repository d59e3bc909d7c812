/** What can become of a command. `queued`: its device has not got it yet; `sent`: it has, and has not answered; the rest is
 *  final. */
export const COMMAND_STATUSES = ['queued', 'sent', 'done', 'failed', 'expired', 'cancelled'] as const
export type CommandStatus = (typeof COMMAND_STATUSES)[number]
