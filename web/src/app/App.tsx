import { DirectionProvider, MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { FullTextTooltip } from "@/ui/FullTextTooltip";
import { FeaturesProvider } from "./feature";
import { features } from "./features";
import type { createAppRouter } from "./router";
import { cssVariablesResolver, theme } from "./theme";

type AppProps = {
  queryClient: QueryClient;
  router: ReturnType<typeof createAppRouter>;
};

/** Every provider a screen stands in. */
export function App({ queryClient, router }: AppProps) {
  return (
    <QueryClientProvider client={queryClient}>
      <DirectionProvider>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={cssVariablesResolver}
          defaultColorScheme="auto"
        >
          <FeaturesProvider value={features}>
            <RouterProvider router={router} />
          </FeaturesProvider>
          <FullTextTooltip />
        </MantineProvider>
      </DirectionProvider>
    </QueryClientProvider>
  );
}
