import { useTranslation } from "react-i18next";
import { useMe, useSignInAgain } from "@/api/session";
import { sessionEnd, useSessionEnded } from "@/lib/sessionEnd";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, PasswordField } from "@/ui/Form";
import classes from "./SignInAgain.module.css";

/** Offers sign-in over the screen when its session has ended; the screen and its drafts stay. */
export function SignInAgain({ onSignedIn }: { onSignedIn: () => void }) {
  const ended = useSessionEnded();
  return ended ? <Question onSignedIn={onSignedIn} /> : null;
}

function Question({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation();
  const { person } = useMe();
  const signIn = useSignInAgain();
  const email = person.email ?? "";
  const submit = async (values: FormData) => {
    await signIn.mutateAsync({ email, password: String(values.get("password")) });
    sessionEnd.clear();
    onSignedIn();
  };
  const next = `${location.pathname}${location.search}`;
  return (
    <Dialog opened onClose={sessionEnd.clear} title={t("signIn.again")} width={420}>
      <p className={classes.kept}>{t("signIn.againHint", { name: person.name })}</p>
      <Form onSubmit={submit} label={t("signIn.again")}>
        {(busy) => (
          <>
            {/* For the browser's password store, which wants to know whose it is. */}
            <input
              className="vh"
              type="email"
              name="email"
              autoComplete="username"
              defaultValue={email}
              readOnly
              tabIndex={-1}
              aria-hidden="true"
            />
            <PasswordField
              name="password"
              label={t("signIn.password")}
              autoComplete="current-password"
              size="md"
              required
              withAsterisk={false}
              data-autofocus
            />
            <DialogActions>
              <a className={classes.other} href={`/sign-in?next=${encodeURIComponent(next)}`}>
                {t("signIn.other")}
              </a>
              <Button type="submit" look="gold" size="l" busy={busy}>
                {t("signIn.submit")}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  );
}
