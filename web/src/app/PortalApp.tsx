import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Component, type ReactNode } from "react";
import { PortalRoutes } from "@/features/portal/routes";
import { ErrorState } from "@/ui/States";

/** The portal with what its screens stand in: none of the desk's router, components and fonts. */
export function PortalApp({ queryClient }: { queryClient: QueryClient }) {
  return (
    <QueryClientProvider client={queryClient}>
      <Boundary>
        <PortalRoutes />
      </Boundary>
    </QueryClientProvider>
  );
}

/** Shows a screen that could not be made, with another try. */
class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <ErrorState error={error} onRetry={() => this.setState({ error: null })} />;
  }
}
