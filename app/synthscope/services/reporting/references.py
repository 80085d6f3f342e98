"""Whole references of the works that metrics, encoders and controls name in short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

REFERENCES: Mapping[str, str] = {
    "Advani and Tucker 1987": "Advani S. G., Tucker C. L. The use of tensors to describe and predict fiber "
    "orientation in short fiber composites. Journal of Rheology 31, 751–784, 1987. doi:10.1122/1.549945",
    "Alaa et al. 2022": "Alaa A., van Breugel B., Saveliev E., van der Schaar M. How faithful is your synthetic data? "
    "Sample-level metrics for evaluating and auditing generative models. ICML 2022. arXiv:2102.08921",
    "Bardes, Ponce and LeCun 2022": "Bardes A., Ponce J., LeCun Y. VICReg: variance-invariance-covariance "
    "regularization for self-supervised learning. ICLR 2022. arXiv:2105.04906",
    "Bigün and Granlund 1987": "Bigün J., Granlund G. H. Optimal orientation detection of linear symmetry. ICCV 1987, "
    "433–438",
    "Bińkowski et al. 2018": "Bińkowski M., Sutherland D. J., Arbel M., Gretton A. Demystifying MMD GANs. ICLR 2018. "
    "arXiv:1801.01401",
    "Donoho and Johnstone 1994": "Donoho D. L., Johnstone I. M. Ideal spatial adaptation by wavelet shrinkage. "
    "Biometrika 81, 425–455, 1994. doi:10.1093/biomet/81.3.425",
    "Dowson and Landau 1982": "Dowson D. C., Landau B. V. The Fréchet distance between multivariate normal "
    "distributions. Journal of Multivariate Analysis 12, 450–455, 1982. doi:10.1016/0047-259X(82)90077-X",
    "Durall et al. 2020": "Durall R., Keuper M., Keuper J. Watch your up-convolution: CNN based generative deep "
    "neural networks are failing to reproduce spectral distributions. CVPR 2020. arXiv:2003.01826",
    "Efron and Tibshirani 1993": "Efron B., Tibshirani R. J. An introduction to the bootstrap. Chapman & Hall 1993",
    "Efros and Freeman 2001": "Efros A. A., Freeman W. T. Image quilting for texture synthesis and transfer. SIGGRAPH "
    "2001. doi:10.1145/383259.383296",
    "Field 1987": "Field D. J. Relations between the statistics of natural images and the response properties of "
    "cortical cells. Journal of the Optical Society of America A 4, 2379–2394, 1987. doi:10.1364/JOSAA.4.002379",
    "Friedman and Dieng 2023": "Friedman D., Dieng A. B. The Vendi score: a diversity evaluation metric for machine "
    "learning. Transactions on Machine Learning Research 2023. arXiv:2210.02410",
    "Gretton et al. 2012": "Gretton A., Borgwardt K. M., Rasch M. J., Schölkopf B., Smola A. A kernel two-sample "
    "test. Journal of Machine Learning Research 13, 723–773, 2012",
    "Haralick 1973": "Haralick R. M., Shanmugam K., Dinstein I. Textural features for image classification. IEEE "
    "Transactions on Systems, Man, and Cybernetics 3, 610–621, 1973. doi:10.1109/TSMC.1973.4309314",
    "Hessel et al. 2021": "Hessel J., Holtzman A., Forbes M., Le Bras R., Choi Y. CLIPScore: a reference-free "
    "evaluation metric for image captioning. EMNLP 2021. arXiv:2104.08718",
    "Heusel et al. 2017": "Heusel M., Ramsauer H., Unterthiner T., Nessler B., Hochreiter S. GANs trained by a two "
    "time-scale update rule converge to a local Nash equilibrium. NeurIPS 2017. arXiv:1706.08500",
    "Hildebrand and Rüegsegger 1997": "Hildebrand T., Rüegsegger P. A new method for the model-independent assessment "
    "of thickness in three-dimensional images. Journal of Microscopy 185, 67–75, 1997. "
    "doi:10.1046/j.1365-2818.1997.1340694.x",
    "Kovesi 1999": "Kovesi P. Image features from phase congruency. Videre: Journal of Computer Vision Research 1, "
    "1999",
    "Kynkäänniemi et al. 2019": "Kynkäänniemi T., Karras T., Laine S., Lehtinen J., Aila T. Improved precision and "
    "recall metric for assessing generative models. NeurIPS 2019. arXiv:1904.06991",
    "Lopez-Paz and Oquab 2017": "Lopez-Paz D., Oquab M. Revisiting classifier two-sample tests. ICLR 2017. "
    "arXiv:1610.06545",
    "Maragos 1989": "Maragos P. Pattern spectrum and multiscale shape representation. IEEE Transactions on Pattern "
    "Analysis and Machine Intelligence 11, 701–716, 1989. doi:10.1109/34.192465",
    "Meehan et al. 2020": "Meehan C., Chaudhuri K., Dasgupta S. A non-parametric test to detect data-copying in "
    "generative models. AISTATS 2020. arXiv:2004.05675",
    "Moisan 2011": "Moisan L. Periodic plus smooth image decomposition. Journal of Mathematical Imaging and Vision "
    "39, 161–179, 2011. doi:10.1007/s10851-010-0227-1",
    "Naeem et al. 2020": "Naeem M. F., Oh S. J., Uh Y., Choi Y., Yoo J. Reliable fidelity and diversity metrics for "
    "generative models. ICML 2020. arXiv:2002.09797",
    "Nunez-Iglesias et al. 2018": "Nunez-Iglesias J., Blanch A. J., Looker O., Dixon M. W., Tilley L. A new Python "
    "library to analyse skeleton images confirms malaria parasite remodelling of the red blood cell membrane "
    "skeleton. PeerJ 6, e4312, 2018. doi:10.7717/peerj.4312",
    "Ohser and Mücklich 2000": "Ohser J., Mücklich F. Statistical analysis of microstructures in materials science. "
    "Wiley 2000",
    "Ojala et al. 2002": "Ojala T., Pietikäinen M., Mäenpää T. Multiresolution gray-scale and rotation invariant "
    "texture classification with local binary patterns. IEEE Transactions on Pattern Analysis and Machine "
    "Intelligence 24, 971–987, 2002. doi:10.1109/TPAMI.2002.1017623",
    "Oquab et al. 2023": "Oquab M., Darcet T., Moutakanni T. et al. DINOv2: learning robust visual features without "
    "supervision. 2023. arXiv:2304.07193",
    "Parmar et al. 2022": "Parmar G., Zhang R., Zhu J.-Y. On aliased resizing and surprising subtleties in GAN "
    "evaluation. CVPR 2022. arXiv:2104.11222",
    "Radford et al. 2021": "Radford A., Kim J. W., Hallacy C. et al. Learning transferable visual models from natural "
    "language supervision. ICML 2021. arXiv:2103.00020",
    "Saxe et al. 2011": "Saxe A. M., Koh P. W., Chen Z., Bhand M., Suresh B., Ng A. Y. On random weights and "
    "unsupervised feature learning. ICML 2011",
    "Seethepalli et al. 2021": "Seethepalli A., Dhakal K., Griffiths M., Guo H., Freschet G. T., York L. M. "
    "RhizoVision Explorer: open-source software for root image analysis and measurement standardization. AoB Plants "
    "13, plab056, 2021. doi:10.1093/aobpla/plab056",
    "Stein et al. 2023": "Stein G., Cresswell J. C., Hosseinzadeh R. et al. Exposing flaws of generative model "
    "evaluation metrics and their unfair treatment of diffusion models. NeurIPS 2023. arXiv:2306.04675",
    "Stirling et al. 2021": "Stirling D. R., Swain-Bowden M. J., Lucas A. M., Carpenter A. E., Cimini B. A., "
    "Goodman A. CellProfiler 4: improvements in speed, utility and usability. BMC Bioinformatics 22, 433, 2021. "
    "doi:10.1186/s12859-021-04344-9",
    "Szegedy et al. 2016": "Szegedy C., Vanhoucke V., Ioffe S., Shlens J., Wojna Z. Rethinking the Inception "
    "architecture for computer vision. CVPR 2016. arXiv:1512.00567",
    "Torquato 2002": "Torquato S. Random heterogeneous materials: microstructure and macroscopic properties. Springer "
    "2002. doi:10.1007/978-1-4757-6355-3",
    "Wang et al. 2004": "Wang Z., Bovik A. C., Sheikh H. R., Simoncelli E. P. Image quality assessment: from error "
    "visibility to structural similarity. IEEE Transactions on Image Processing 13, 600–612, 2004. "
    "doi:10.1109/TIP.2003.819861",
    "Wang, Simoncelli and Bovik 2003": "Wang Z., Simoncelli E. P., Bovik A. C. Multiscale structural similarity for "
    "image quality assessment. 37th Asilomar Conference on Signals, Systems and Computers 2003. "
    "doi:10.1109/ACSSC.2003.1292216",
    "Zhang et al. 2018": "Zhang R., Isola P., Efros A. A., Shechtman E., Wang O. The unreasonable effectiveness of "
    "deep features as a perceptual metric. CVPR 2018. arXiv:1801.03924",
}


def references(citations: Iterable[str]) -> tuple[str, ...]:
    """Give the whole reference of each citation once, by name; one that is not known here stays as it is."""
    found = (part.strip().replace(" & ", " and ") for citation in citations for part in citation.split(";"))
    return tuple(REFERENCES.get(part, part) for part in sorted(set(filter(None, found))))
