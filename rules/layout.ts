/** Every path in the home is spelled here, and nowhere else. */
export const layout = {
  raw: '{mask}/{setup}/{dates}/complete/raw/',
  incomplete: '{mask}/{setup}/{dates}/incomplete/raw/',
  pypeit: '{mask}/{setup}/{dates}/complete/{reduce}/keck_deimos_A/keck_deimos_A.pypeit',
} as const;
