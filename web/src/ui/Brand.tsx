import { lazy, Suspense } from "react";
import classes from "./Brand.module.css";
import { BrandMark } from "./BrandMark";

export { BrandMark };

const Outlines = lazy(() => import("./WordmarkOutlines"));

/** Mark and name; the name is drawn, for nine letters need no font of 15 kB. */
export function Wordmark({ small = false }: { small?: boolean }) {
  return (
    <span className={classes.brand}>
      <BrandMark size={small ? 26 : 22} />
      <span className="vh">ATUM DESK</span>
      {!small && (
        <svg className={classes.name} viewBox="-0.5 -14.5 142 15" aria-hidden="true">
          <Suspense fallback={null}>
            <Outlines />
          </Suspense>
        </svg>
      )}
    </span>
  );
}
