/** What the pages of mailed links say, and those that ask for one. */
export const en = {
  signIn: 'Sign in',
  toAccount: 'To your account',
  choosePassword: 'Choose a password',
  recover: 'Recover your account',
  incomplete: 'The link is not complete',
  incompleteText: 'A part of it got lost on the way. Open it from the mail itself.',
  outdated: 'This link no longer works',

  verify: 'Confirm your e-mail address',
  verifyText: 'One more step: confirm that this address is yours.',
  verifyAct: 'Confirm',
  verified: 'Your address is confirmed',
  verifiedText: 'Thank you. You can sign in now.',
  verifiedWithoutPassword: 'One thing is left: choose a password. We mail you a link for it.',
  verifyOutdated:
    'It was used before, or is too old. If your address is confirmed already, sign in; if not, ask for a new mail.',
  resendText:
    'You can sign in once the link that we mailed you was opened. Did it not arrive? We mail you a new one.',
  anotherMail: 'Send a new mail',
  anotherMailSent: 'If this address waits to be confirmed, a new mail is on its way to it.',

  newEmail: 'Confirm your new address',
  newEmailText: 'This mailbox becomes the address of your account. Other devices are signed out.',
  emailChanged: 'Your address is changed',
  emailChangedText: 'From now on, letters go to the new address, and you sign in with it.',
  newEmailOutdated:
    'It was used before, or is too old. Ask for the change once more in your account.',
  emailTaken: 'This address is taken',
  emailTakenText: 'Another account has it by now. Nothing was changed.',

  undoEmail: 'Keep this address',
  undoEmailText:
    'The address of this mailbox goes back to your account. Every device is signed out, the password stops working, and what was added since is removed. A link to recover the account is mailed here.',
  undoEmailAct: 'Bring it back',
  emailRestored: 'The address is back',
  emailRestoredText: 'Look into your mail: a link to recover the account is on its way.',
  undoEmailOutdated:
    'It was used before, or is too old. If you cannot get into your account, recover it.',
  undoEmailTaken: 'Another account has this address by now. Nothing was changed.',

  recoverRequestText:
    'Have you lost what you confirm with, your password, or both? We mail you a link to get in again.',
  recoverText:
    'Choose a new password. Your second step is removed, and every device is signed out.',
  recoverCodeHint:
    'With one of the codes that you kept you are in at once. Without one, an account with a second step waits for a day, so that its owner can stop it.',
  recoverAct: 'Recover',
  recovered: 'Your account is recovered',
  recoveredText:
    'Every device is signed out. Sign in with the new password, and set up a new second step in your account.',
  recoverOutdated:
    'It was used before, or is too old. If your recovery has waited, finish it; otherwise ask for a new link.',
  recoveryWaits: 'The recovery waits',
  recoveryWaitsText:
    'Nothing changes until #. Open the link of our mail again after that, and finish it. The owner has been told, and can stop it until then.',
  finishRecovery: 'Finish a recovery that has waited',
  finishRecoveryText:
    'Your new password takes effect, your second step is removed, and every device is signed out.',
  finishRecoveryAct: 'Finish',
  finishRecoveryOutdated:
    'No recovery waits under it: it was finished, was cancelled, or is too old.',

  cancelRecovery: 'Cancel the recovery',
  cancelRecoveryText:
    'Somebody who can read your mail asked to get into your account without your second step. If it was not you, cancel it.',
  cancelRecoveryAct: 'Cancel it',
  recoveryCancelled: 'The recovery is cancelled',
  recoveryCancelledText:
    'Your account stays as it was. Choose a new password for your mailbox: somebody else may be reading it.',
  cancelRecoveryOutdated:
    'There is no recovery that waits: it was cancelled, or it has taken effect. If you cannot sign in, recover your account.',

  notMe: 'This was not you?',
  notMeText:
    'Every device is signed out, the password stops working, and what was added is removed. A link to recover the account is mailed to you.',
  notMeAct: 'Close it to everybody else',
  denied: 'The account is closed to everybody else',
  deniedText:
    'Look into your mail: a link to recover it is on its way. Choose a new password for your mailbox as well, if somebody else may be reading it.',
  notMeOutdated:
    'It was used before, or is too old. You can ask for a recovery of the account at any time.',

  invitation: 'Accept the invitation',
  invitationText:
    'The account of the address that this was mailed to gets the role that was offered.',
  invitationAct: 'Accept',
  accepted: 'Welcome',
  acceptedText: 'The role is yours. Sign in as always.',
  acceptedNew:
    'There is an account for your address now. Choose a password for it, or sign in with a link or a code.',
  invitationOutdated:
    'It was used before, was taken back, or is too old. Ask for a new one where it came from.',
  disabled: 'The account is disabled',
  disabledText: 'Ask whoever invited you. Nothing was changed.',

  sent: 'Look into your mail',
  sendLink: 'Send the link',
  forgot: 'Forgotten your password?',
  forgotText: 'We mail you a link to set a new one.',
  linkSent: 'If there is an account with #, a link is on its way to it.',
  reset: 'Set a new password',
  resetText: 'Every device is signed out; you sign in with the new password.',
  resetAct: 'Set the password',
  resetDone: 'Your new password is set',
  resetDoneText: 'Every device is signed out. Sign in with it now.',
  resetOutdated: 'It was used before, or is too old. Ask for a new one.',

  signInLink: 'Sign in by mail',
  signInLinkText: 'We mail you a link that signs you in.',
  magicText: 'One more step: confirm that you want to sign in here.',
  magicElsewhere:
    'You asked for this link in another browser. Enter the code that is shown there: so nobody gets in with a link that they made you open.',
  magicCode: 'Code shown where you asked for the link',
  magicCodeWrong: 'The code is wrong. Look again where you asked for the link.',
  magicOutdated: 'It was used before, or is too old. Ask for a new one.',
  newLink: 'Ask for a new link',
} as const
