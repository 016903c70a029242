import { sql } from 'drizzle-orm'
import { device, earlyReport, mailedCode, sweep as policy, social } from '../policy.ts'
import type { Ports } from '../ports.ts'

/** Removes what can never work again and is past its use as a record: dead sessions and links, forgotten devices, unproven accounts; and the password of a recovery that came too late. */
export async function sweepExpired(ports: Pick<Ports, 'database'>): Promise<void> {
  await ports.database.run(
    sql`with dead_sessions as (
        delete from sessions where id in (
          select id from sessions where expires_on <= ((now() - make_interval(secs => ${policy.keepDead})) at time zone 'utc')::date
            and expires_at < now() - make_interval(secs => ${policy.keepDead})
          limit ${policy.batch})
      ), dead_tokens as (
        delete from one_time_tokens where id in (
          select id from one_time_tokens where expires_at < now() - make_interval(secs => ${policy.keepDead})
          limit ${policy.batch})
      ), dead_links as (
        delete from sign_in_links where id in (
          select id from sign_in_links where expires_at < now() - make_interval(secs => ${policy.keepDead})
          limit ${policy.batch})
      ), dead_invitations as (
        delete from invitations where id in (
          select id from invitations where expires_at < now() - make_interval(secs => ${policy.keepDead})
          limit ${policy.batch})
      ), old_counts as (
        delete from text_counts where day < current_date - 31
      ), old_totals as (
        delete from text_totals where day < current_date - 31
      ), old_reports as (
        delete from text_reports where message_id in (
          select message_id from text_reports where received_at < now() - make_interval(secs => ${earlyReport.life})
          limit ${policy.batch})
      ), old_mail_reports as (
        delete from mail_reports where (message_id, kind) in (
          select message_id, kind from mail_reports
          where received_at < now() - make_interval(secs => ${earlyReport.life}) limit ${policy.batch})
      ), forgotten_devices as (
        delete from devices where id in (
          select id from devices where last_seen_at < now() - make_interval(secs => ${device.life})
          limit ${policy.batch})
      ), dead_pending as (
        delete from pending_sign_ins where id in (
          select id from pending_sign_ins where expires_at < now() - make_interval(secs => ${policy.keepDead})
          limit ${policy.batch})
      ), dead_challenges as (
        delete from webauthn_challenges where id in (
          select id from webauthn_challenges where expires_at < now() limit ${policy.challengeBatch})
      ), dead_codes as (
        delete from factor_codes where (user_id, type, place_id) in (
          select user_id, type, place_id from factor_codes where expires_at < now() limit ${policy.challengeBatch})
      ), old_sends as (
        delete from factor_sends where (user_id, type, known_device) in (
          select user_id, type, known_device from factor_sends
          where sent_at < now() - make_interval(secs => ${mailedCode.window}) limit ${policy.challengeBatch})
      ), dead_exchanges as (
        delete from exchange_codes where id in (
          select id from exchange_codes where expires_at < now() - make_interval(secs => ${social.transactionLife})
          limit ${policy.batch})
      ), late_recoveries as (
        update recoveries set hash = null, pepper_id = null where id in (
          select id from recoveries where expires_at < now() and hash is not null
            and expires_at >= now() - make_interval(secs => ${policy.keepDead})
          limit ${policy.batch})
      ), dead_recoveries as (
        delete from recoveries where id in (
          select id from recoveries where expires_at < now() - make_interval(secs => ${policy.keepDead})
          limit ${policy.batch})
      ), never_proven as (
        delete from users where status = 'pending' and id in (
          select u.id from users u where u.status = 'pending'
            and u.created_at < now() - make_interval(secs => ${policy.keepUnproven})
            and not exists (select 1 from one_time_tokens t where t.user_id = u.id and t.expires_at > now())
          limit ${policy.batch} for update of u skip locked)
      )
      select 1`,
    'idempotent',
  )
}
