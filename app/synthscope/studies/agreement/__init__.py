"""Do raters agree with each other and with themselves: kappas, AC1, alpha, ICC, concordance, repeats."""
