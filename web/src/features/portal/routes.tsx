import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { NotFoundScreen } from "@/app/NotFoundScreen";
import { AskLink } from "./components/LinkInvalid";
import { PortalHead } from "./components/PortalFrame";
import { PortalHome } from "./PortalHome";

// Whoever writes a first request needs neither.
const RequestScreen = lazy(() => import("./RequestScreen"));
const RequestsScreen = lazy(() => import("./RequestsScreen"));
const EmbeddedForm = lazy(() => import("./EmbeddedForm"));

/**
 * What requesters see; no account needed. The token of a request is a signed link's, or the number
 * of a request that the session shows.
 */
export function PortalRoutes() {
  return (
    <Suspense>
      <Switch>
        <Route path="/" component={PortalHome} />
        <Route path="/requests" component={RequestsScreen} />
        <Route path="/f/:key">{({ key }) => <EmbeddedForm key={key} formKey={key} />}</Route>
        {/* Another link is another page: nothing of the former may stay. */}
        <Route path="/requests/:token">
          {({ token }) => <RequestScreen key={token} token={token} />}
        </Route>
        <Route>
          <PortalHead />
          <NotFoundScreen action={<AskLink />} />
        </Route>
      </Switch>
    </Suspense>
  );
}
